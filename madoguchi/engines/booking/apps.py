from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "madoguchi.engines.booking"
    label = "booking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import erasing, jobs, listening, metrics, nightly, pack  # noqa: F401  they register themselves

        listening.listen()
