"""The report of a record: a page of HTML, a summary in Markdown, pictures, and all of it as JSON.

Modules, each importing only those above it:
page, short, measured, upgrades, portfolio, html, markdown, whole.
"""
