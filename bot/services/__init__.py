"""What Vigie does: one plain async function a deed."""
