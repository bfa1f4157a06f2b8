from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "rejoinder.api"
    label = "api"

    def ready(self) -> None:
        from rejoinder.api import belongings

        belongings.register_all()
