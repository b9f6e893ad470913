"""The WebSocket protocol: typed frames, connections, snapshot and resume."""
