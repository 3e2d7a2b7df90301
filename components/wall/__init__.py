"""The wall: a display that hangs for weeks, drawn by routes of ours and no Streamlit session.

An idle wall costs the server one message now and then, survives a restart, and never
leaks a session.  It draws with the same loaders as the pages do.
"""
