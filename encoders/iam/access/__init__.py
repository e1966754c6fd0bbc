"""Who can, what can, where can, and from how many addresses: whole sets, not one request.

Modules, each importing only those above it:
language, set_cover, sides, asked, side_cells, projection, addresses.
"""
