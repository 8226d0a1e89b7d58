# SPDX-License-Identifier: Apache-2.0
"""Metadata definitions: what properties of images and other resources mean."""
