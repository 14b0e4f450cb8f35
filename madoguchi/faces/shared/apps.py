from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "madoguchi.faces.shared"
    label = "shared"
