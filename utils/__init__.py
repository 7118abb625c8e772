"""The rooms of Buurtdekking; see docs/architecture.md for the way data flows between them."""
