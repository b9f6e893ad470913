"""Every frame of the WebSocket protocol, typed; docs/reference/protocol.md describes each (a test keeps it so).

JSON text frames, `{"type": …}`, snake_case, instants as ISO 8601 UTC. `PROTOCOL` is raised when an old
client would misread a new server; unknown fields are refused from clients and must be ignored by them.
"""

from __future__ import annotations

PROTOCOL = 1
MAX_FRAME_BYTES = 64 * 1024
