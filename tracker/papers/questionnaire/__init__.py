"""A round's questions on paper: a party's questionnaire goes out as a workbook or document and comes back filled in.

``content`` says what is in it; ``workbook_writing`` and its kin turn that into files and back, and are loaded by the
job process only; ``comparing`` puts what came back beside the drafts as they are by then.
"""
