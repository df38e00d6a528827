"""The scoring rules as the page offers them. The workshop's own table decides; a test holds the two together."""

import msgspec


class PolicyChoice(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    explanation: str


POLICIES = (
    PolicyChoice(
        name="mean",
        label="mean of the mitigations of each technique",
        explanation="The headline. A technique with one of two mitigations in place counts half.",
    ),
    PolicyChoice(
        name="any",
        label="any one mitigation is enough",
        explanation="Hopeful: a technique counts as covered as the best deployed of its mitigations.",
    ),
    PolicyChoice(
        name="all",
        label="every mitigation is needed",
        explanation="Strict: a technique counts as covered as the least deployed of its mitigations.",
    ),
)

NAMES = tuple(policy.name for policy in POLICIES)
