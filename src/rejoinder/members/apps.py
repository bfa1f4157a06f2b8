from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "rejoinder.members"
    label = "members"

    def ready(self) -> None:
        from rejoinder.members import own, rights

        rights.register()
        own.register_all()
