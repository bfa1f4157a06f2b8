import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('boards', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archive', models.CharField(max_length=64)),
                ('pieces_done', models.PositiveBigIntegerField(default=0)),
                ('report', models.JSONField(default=dict)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='boards.board')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('archive', 'board'), name='importers_once_at_a_time')],
            },
        ),
    ]
