"""A bare python-telegram-bot echo behind an aiohttp webhook; it awaits its sendMessage."""

import sys

from aiohttp import web
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def _echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message:
        await update.message.reply_text(update.message.text or "")


def main(api: str, token: str, secret: str, port: int) -> None:
    """Serve until killed."""
    bot = ApplicationBuilder().token(token).base_url(f"{api}/bot").updater(None).connection_pool_size(100).build()
    bot.add_handler(MessageHandler(filters.ALL, _echo))

    async def receive(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != secret:
            return web.Response(status=401)
        await bot.process_update(Update.de_json(await request.json(), bot.bot))
        return web.Response()

    async def start(_app: web.Application) -> None:
        await bot.initialize()

    async def stop(_app: web.Application) -> None:
        await bot.shutdown()

    app = web.Application()
    app.router.add_post("/telegram/webhook", receive)
    app.on_startup.append(start)
    app.on_cleanup.append(stop)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
