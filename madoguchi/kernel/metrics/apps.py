from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "madoguchi.kernel.metrics"
    label = "metrics"
