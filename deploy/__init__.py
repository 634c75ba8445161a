"""Everything that puts the platform on a machine: the local launcher, the image, the roles."""
