"""The program's own version."""

from importlib.metadata import version

TOOL_VERSION = version("childrens-palliative-mds")
