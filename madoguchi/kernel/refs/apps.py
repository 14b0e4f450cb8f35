from django.apps import AppConfig


class RefsConfig(AppConfig):
    name = "madoguchi.kernel.refs"
    label = "refs"
