"""Sample data: an invented street with two years of work behind it, the same for every seed."""

from data.sample.build import build_sample
from data.sample.sizes import Sizes

__all__ = ["Sizes", "build_sample"]
