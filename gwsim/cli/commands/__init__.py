"""One module a command, each imported when it is asked for, in packages by what the command is for."""
