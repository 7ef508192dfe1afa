"""The subjects of the demo model's corpus: one module a subject, each with `exchanges(rng) -> [(user, assistant)]`."""
