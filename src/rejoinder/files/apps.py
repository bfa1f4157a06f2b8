from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "rejoinder.files"
    label = "files"
