"""Questions that take more than one run, or judge one."""
