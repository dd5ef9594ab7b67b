"""A telephone network in process: the same port, real time or a clock moved by hand."""
