"""Flask extensions without an application; ``create_app`` binds them."""

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect

from tracker.core.database import include_name, render_item

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
migrate = Migrate(render_as_batch=True, compare_type=True, render_item=render_item, include_name=include_name)
talisman = Talisman()
