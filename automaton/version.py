"""The version of Keyaki, where no metadata of packages need be read for it."""

VERSION = "0.1.0"
