from django.apps import AppConfig


class KioskConfig(AppConfig):
    name = "madoguchi.faces.kiosk"
    label = "kiosk"
