"""The core: ATT&CK knowledge, inventories, the assessment of one against the other, and where they are kept."""

ENGINE_VERSION = "0.1.0"
