"""The pages: chat, survey form, staff; server-rendered, usable without JavaScript, nothing from outside."""
