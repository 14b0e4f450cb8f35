from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "madoguchi.kernel.packs"
    label = "packs"
