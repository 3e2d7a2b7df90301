"""Everything that turns a file into planned rows; nothing here draws."""
