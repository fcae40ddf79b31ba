"""Any Vensim or XMILE model, compiled: read, lower, order, layout, emit, build, simulate."""
