import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadMarks',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveBigIntegerField(default=1)),
                ('floor', models.PositiveBigIntegerField()),
                ('turned', models.BinaryField()),
                ('kept_new', models.BinaryField(default=b'')),
                ('kept_new_version', models.PositiveBigIntegerField(default=0)),
                ('caught_up', models.BinaryField(default=b'')),
                ('caught_up_at', models.DateTimeField(null=True)),
                ('fetching_reads', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
