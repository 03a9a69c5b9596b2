"""Pages for citizens: chat, survey, slips, privacy notice."""
