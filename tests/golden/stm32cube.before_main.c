/* What tinyq's own startup code does besides ST's, which runs in front of it and leaves the processor at its reset clock. */
void caches_start(void);

/* The serial port's interrupt only wakes the processor: it must not be served. No part of ST's HAL is used that needs
   interrupts. */
__attribute__((constructor, used)) static void before_main(void)
{
    __asm__ volatile("cpsid i");
    caches_start();
}
