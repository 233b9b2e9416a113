"""The generated C as a program that answers samples: for sanitizers, which a library in this process could not have."""

from pathlib import Path

from support.compilers import write_all
from tinyq.pipeline import CompiledModel

SANITIZED = ("-std=c99", "-g", "-O1")
ADDRESS_AND_UNDEFINED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")

# Reads samples from stdin, `input_bytes` each, and writes the answers to stdout.
MAIN = """#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include "{id}.h"
{declarations}
int main(void)
{{
    static uint8_t sample[{input_bytes}];
    while (fread(sample, 1, sizeof sample, stdin) == sizeof sample) {{
        const uint8_t *from = sample;
{feed}
        if ({id}_invoke() != 0) {{
            return 1;
        }}
{answer}
    }}
    return {id}_input({inputs}) != NULL || {id}_output({outputs}) != NULL;
}}
"""


def main_of(model: CompiledModel, declarations: str = "", before: str = "") -> str:
    """A main function around the model, with C text before it and in front of every sample."""
    name, generated = model.generated.identifier, model.generated
    feed = [
        f"        memcpy({name}_input({index}), from, {tensor.bytes});\n        from += {tensor.bytes};"
        for index, tensor in enumerate(generated.inputs)
    ]
    answer = [
        f"        fwrite({name}_output({index}), 1, {tensor.bytes}, stdout);"
        for index, tensor in enumerate(generated.outputs)
    ]
    return MAIN.format(
        id=name,
        declarations=declarations,
        input_bytes=sum(tensor.bytes for tensor in generated.inputs),
        feed="\n".join([before, *feed]),
        answer="\n".join(answer),
        inputs=len(feed),
        outputs=len(answer),
    )


def write_program(model: CompiledModel, folder: Path, steps: int = 1) -> list[Path]:
    """The model with a main function, which resets a stateful one every `steps` samples; its sources."""
    generated = model.generated
    reset = f"        if (number++ % {steps}u == 0u) {{ {generated.identifier}_reset(); }}"
    main = main_of(model, "static unsigned number;", reset) if model.graph.is_stateful else main_of(model)
    write_all(folder, generated.files, generated.runtime_files, {"main.c": main})
    return [folder / "main.c", folder / f"{generated.identifier}.c"]
