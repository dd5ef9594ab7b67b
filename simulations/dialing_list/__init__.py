"""A list of a real telemarketing campaign, imported, segmented, planned, dialled and analysed."""
