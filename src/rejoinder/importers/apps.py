from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "rejoinder.importers"
    label = "importers"
