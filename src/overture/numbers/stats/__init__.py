"""Statistics on frozen sufficient statistics."""

from overture.numbers.stats.answers import CannotTell, Difference, Interval, Verdict
from overture.numbers.stats.comparison import Comparison, compare, holm
from overture.numbers.stats.impossible import ImpossibleSums
from overture.numbers.stats.means import relative_lift, welch
from overture.numbers.stats.power import (
    minimum_detectable_difference,
    minimum_detectable_effect,
    two_proportion_power,
    visitors_needed,
)
from overture.numbers.stats.proportions import Proportion, newcombe, risk_ratio, wilson
from overture.numbers.stats.quantiles import Quantile, median, quantile
from overture.numbers.stats.sample import Sample
from overture.numbers.stats.sample_ratio import SampleRatio, sample_ratio
from overture.numbers.stats.sequential import confidence_sequence, msprt, tuning

__all__ = [
    "CannotTell",
    "Comparison",
    "Difference",
    "ImpossibleSums",
    "Interval",
    "Proportion",
    "Quantile",
    "Sample",
    "SampleRatio",
    "Verdict",
    "compare",
    "confidence_sequence",
    "holm",
    "median",
    "minimum_detectable_difference",
    "minimum_detectable_effect",
    "msprt",
    "newcombe",
    "quantile",
    "relative_lift",
    "risk_ratio",
    "sample_ratio",
    "tuning",
    "two_proportion_power",
    "visitors_needed",
    "welch",
    "wilson",
]
