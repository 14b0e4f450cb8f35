from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "madoguchi.faces.cli"
    label = "cli"
