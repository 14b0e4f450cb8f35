"""A share is per cent with one decimal, or nothing."""

from madoguchi.kernel import metrics
from madoguchi.kernel.metrics import Part


def test_a_share_is_per_cent_and_nothing_when_there_is_nothing_to_divide_by():
    assert Part("web", 1, 8).share == 12.5
    assert Part("web", 0, 0).share is None
    assert Part("web", 3).share is None


def test_the_catalogue_names_each_measure_once_with_its_unit_and_words():
    catalogue = metrics.catalogue()

    assert len({metric.key for metric in catalogue}) == len(catalogue)
    assert all(metric.unit and str(metric.title) and str(metric.explain) for metric in catalogue)
    assert "procedures.online_share" in {metric.key for metric in catalogue}
