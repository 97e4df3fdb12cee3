"""From a region's extract to the national comparison."""
