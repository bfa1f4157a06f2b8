from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "rejoinder.members"
    label = "members"

    def ready(self) -> None:
        from rejoinder.members import changes, own, rights

        rights.register()
        changes.register()
        own.register_all()
