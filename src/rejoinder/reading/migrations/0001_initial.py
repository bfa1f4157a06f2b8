import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('boards', '0001_initial'),
        ('members', '0001_initial'),
        ('threads', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.CreateModel(
            name='KeptDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=60)),
                ('title', models.TextField(blank=True)),
                ('source', models.TextField(blank=True)),
                ('edits_seen', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('kept_at', models.DateTimeField()),
                ('answered', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='threads.post')),
                ('board', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='boards.board')),
                ('edited', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='threads.post')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'mark'), name='reading_draft_once')],
            },
        ),
    ]
