"""Settings: one frozen struct from the environment, with defaults that serve one machine."""
