/* tiny on Arduino Nano 33 BLE as an Arduino sketch: runs the model every few seconds on a known sample, and reports over
   USB what it answered. Replace fill_inputs() with your sensor. */
#include "tiny.h"

#include <Arduino.h>
#include <string.h>

/* The sample, and what the model must answer to it. */
static const uint8_t sample_input_0[8] = {
    0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
};

static const uint8_t expected_output_0[8] = {
    0x0e, 0x0c, 0x11, 0x16, 0x10, 0x15, 0x13, 0x12,
};

static void fill_inputs()
{
    memcpy(tiny_input(0), sample_input_0, sizeof sample_input_0);
}

static void report_output(int index, const void *output, size_t count)
{
    const uint8_t *bytes = static_cast<const uint8_t *>(output);
    Serial.print("output ");
    Serial.print(index);
    Serial.print(":");
    for (size_t i = 0; i < count; ++i) {
        Serial.print(bytes[i] < 16 ? " 0" : " ");
        Serial.print(bytes[i], HEX);
    }
    Serial.println();
}

void setup()
{
    Serial.begin(115200);
}

void loop()
{
    fill_inputs();
    const unsigned long before = micros();
    const int status = tiny_invoke();
    const unsigned long took = micros() - before;
    bool passed = status == 0;
    Serial.println("model: tiny");
    report_output(0, tiny_output(0), 8);
    passed = passed && memcmp(tiny_output(0), expected_output_0, sizeof expected_output_0) == 0;
    Serial.print("microseconds: ");
    Serial.println(took);
    Serial.println(passed ? "self-test: passed" : "self-test: failed");
    delay(3000);
}
