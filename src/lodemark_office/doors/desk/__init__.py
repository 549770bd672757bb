"""审查台: officers read the file, decide line by line, sign what another proposed."""
