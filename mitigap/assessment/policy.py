"""The named rules by which a technique's coverage follows from the levels of its safeguards: data, not code."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from mitigap.assessment.model import PolicyRef
from mitigap.errors import PolicyUnknown


class Combine(StrEnum):
    """How the levels of one technique's applicable safeguards become its coverage."""

    MEAN = "mean"
    HIGHEST = "highest"
    LOWEST = "lowest"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and its three switches.

    `rule` is the sentence every report shows. `software` and `campaigns` add the techniques a group uses through
    them; `inherit` lends a sub-technique the mitigations of its parent. All three are off unless asked for.
    """

    name: str
    rule: str
    combine: Combine
    software: bool = False
    campaigns: bool = False
    inherit: bool = False

    @property
    def ref(self) -> PolicyRef:
        return PolicyRef(
            name=self.name,
            rule=self.rule,
            software=self.software,
            campaigns=self.campaigns,
            inherit=self.inherit,
        )


_SCORE = "The score is the mean coverage of the techniques that have an applicable mitigation."

HEADLINE = "mean"

POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(
            name=HEADLINE,
            rule=f"A technique's coverage is the mean level of its mitigations. {_SCORE}",
            combine=Combine.MEAN,
        ),
        Policy(
            name="any",
            rule=f"A technique is as covered as the best deployed of its mitigations. {_SCORE}",
            combine=Combine.HIGHEST,
        ),
        Policy(
            name="all",
            rule=f"A technique is as covered as the least deployed of its mitigations. {_SCORE}",
            combine=Combine.LOWEST,
        ),
    )
}


def named(name: str, *, software: bool = False, campaigns: bool = False, inherit: bool = False) -> Policy:
    """The policy of that name with its switches set. PolicyUnknown where there is none."""
    if name not in POLICIES:
        raise PolicyUnknown(f"There is no policy “{name}”; there are {', '.join(POLICIES)}.")
    return msgspec.structs.replace(POLICIES[name], software=software, campaigns=campaigns, inherit=inherit)
