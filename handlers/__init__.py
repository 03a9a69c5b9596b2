"""The conversation core: it decides answers without input or output; `shell` alone carries them out."""
