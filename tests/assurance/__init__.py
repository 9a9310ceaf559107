"""What holds for the product as a whole: nobody sees what is not theirs, every answer is documented, replicas can die.

Reading order: `contract` (the OpenAPI document, read), `estate` (objects of every kind), then the tests.
"""
