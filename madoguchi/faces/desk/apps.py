from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "madoguchi.faces.desk"
    label = "desk"
